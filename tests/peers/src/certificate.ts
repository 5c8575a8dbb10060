import { execFileSync } from 'node:child_process'

/** A key and a certificate, made for this run; the browser is told not to look who signed it. */
export function certificate(): { key: string; cert: string } {
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-', '-days', '2', '-subj', '/CN=bench.test']
  let pem: string
  try {
    pem = execFileSync('openssl', ['req', '-x509', ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    throw new Error('cannot make a certificate: is openssl installed?', { cause: error })
  }
  const part = (name: RegExp) => name.exec(pem)![0]
  return { key: part(/-----BEGIN [^-]*KEY-----[^]*?KEY-----/), cert: part(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/) }
}
