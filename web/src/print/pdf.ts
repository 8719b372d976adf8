/**
 * A PDF of one page that is one JPEG picture, filling it: a photograph of the sheet
 * needs no library. Sizes in millimetres.
 */
export async function pdfOf(canvas: HTMLCanvasElement, [width, height]: readonly [number, number], title: string): Promise<Blob> {
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.94))
  if (!jpeg) throw new Error('the canvas gave no picture')
  return pageOf(new Uint8Array(await jpeg.arrayBuffer()), { pixels: [canvas.width, canvas.height], points: [(width / 25.4) * 72, (height / 25.4) * 72], title })
}

export function pageOf(jpeg: Uint8Array, { pixels: [w, h], points: [pw, ph], title }: { pixels: [number, number]; points: [number, number]; title: string }): Blob {
  const size = [pw, ph].map((n) => n.toFixed(3)).join(' ')
  const picture = `q ${pw.toFixed(3)} 0 0 ${ph.toFixed(3)} 0 0 cm /I Do Q`
  const objects: (string | [string, Uint8Array])[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>`,
    `<< /Length ${picture.length} >>\nstream\n${picture}\nendstream`,
    [`<< /Type /XObject /Subtype /Image /Width ${w} /Height ${h} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`, jpeg],
    `<< /Title <FEFF${[...title].flatMap((c) => [...Array(c.length).keys()].map((i) => c.charCodeAt(i).toString(16).padStart(4, '0'))).join('').toUpperCase()}> >>`,
  ]
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let at = 0
  const put = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? encoder.encode(part) : part
    parts.push(bytes)
    at += bytes.length
  }
  put('%PDF-1.4\n')
  const offsets = objects.map((object, i) => {
    const offset = at
    put(`${i + 1} 0 obj\n`)
    if (typeof object === 'string') put(object)
    else [object[0], '\nstream\n', object[1], '\nendstream'].forEach(put)
    put('\nendobj\n')
    return offset
  })
  const table = at
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`)
  put(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  return new Blob(parts as BlobPart[], { type: 'application/pdf' })
}
