// `app/layout.tsx` of Next.js. With Vite, put the same provider around <App /> in `main.tsx`.
import type { ReactNode } from 'react'
import { NoraProvider } from './nora'

// Outside the component: one object, whatever is rendered again.
const options = { writeKey: 'YOUR_WRITE_KEY', host: 'https://cdp.shop.example' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <NoraProvider options={options}>{children}</NoraProvider>
      </body>
    </html>
  )
}
