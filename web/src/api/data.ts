import type { Import, IntakeReport } from './answers'
import { ask, send, type SendOptions } from './request'

/** What is said of a file that is to become a draft. */
export interface DeliveryQuestion {
  file: File
  layer: string
  label: string
  /** EPSG:…; empty lets the server find it in the file. */
  crs: string
  /** 生效日期 2022-11-01, or empty. */
  effective: string
  /** 依据文号. */
  basis: string
  /** The person agreed to the system that the server proposed. */
  confirmCrs?: boolean
  /** 示意数据. */
  schematic?: boolean
}

/** 数据: files become drafts, and tell what became of their records. */
export interface DataApi {
  /** Sends a file; the draft is made in the background. */
  deliver(question: DeliveryQuestion, options?: SendOptions): Promise<Import>
  import(id: string): Promise<Import>
  intake(layer: string, label: string): Promise<IntakeReport>
}

/** @param root the server's address, "" for the page's own */
export function openData(root: string): DataApi {
  const at = (path: string) => `${root}/api/v1/${path}`
  const id = encodeURIComponent
  return {
    deliver: (question, options) => send(at('imports'), formOf(question), options),
    import: (job) => ask(at(`imports/${id(job)}`)),
    intake: (layer, label) => ask(at(`layers/${id(layer)}/versions/${id(label)}/intake`)),
  }
}

/** The fields of a delivery; what was not said is no field. */
export function formOf({ file, confirmCrs, schematic, ...said }: DeliveryQuestion): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(said)) if (value.trim()) form.set(name, value.trim())
  if (confirmCrs) form.set('confirm_crs', 'true')
  if (schematic) form.set('schematic', 'true')
  form.set('file', file, file.name)
  return form
}
