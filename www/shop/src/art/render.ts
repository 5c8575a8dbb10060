import { pieces } from './pieces.ts'
import { scenes } from './scenes.ts'
import { drawVessel } from './vessel.ts'

/** Every picture of the shop by name: one for each product, and the scenes. */
export function renderArt(): Map<string, string> {
  const art = new Map<string, string>()
  for (const [slug, vessel] of Object.entries(pieces)) art.set(slug, svg(400, 400, drawVessel(slug, vessel)))
  for (const scene of scenes) art.set(scene.name, svg(scene.width, scene.height, scene.drawing))
  return art
}

function svg(width: number, height: number, drawing: string): string {
  const source = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${drawing}</svg>`
  return source.replace(/>\s+</g, '><')
}
