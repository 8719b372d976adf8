import type { Import, ImportList, ImportProposal, IntakeReport, Quality } from './answers'
import { ask, send, type SendOptions } from './request'

/** Which fields of a file carry what, where a person says so. */
export interface ChosenFields {
  code_field?: string
  name_field?: string
  class_field?: string
}

/** What is said of a file before anything is stored. */
export interface ProposalQuestion {
  file: File
  layer: string
  /** EPSG:…; empty lets the server find it in the file. */
  crs: string
  /** Degrees that a web map has shifted; empty for none. */
  datum?: '' | 'gcj02' | 'bd09'
  /** 七参数: the name of a set, a line, or the text of a file with one. */
  parameters?: string
  /** Which layer of the file, where it has several. */
  part?: string
  /** The person agreed to the system that the server proposed. */
  confirmCrs?: boolean
}

/** What is said of a file that is to become a draft. */
export interface DeliveryQuestion extends ProposalQuestion, ChosenFields {
  label: string
  /** 生效日期 2022-11-01, or empty. */
  effective: string
  /** 依据文号. */
  basis: string
  /** 示意数据. */
  schematic?: boolean
  /** 批准文件 that comes with it. */
  approvals?: File
}

/** 数据: files become drafts, and tell what became of their records. */
export interface DataApi {
  /** 导入建议: what a file is taken for; nothing is stored. */
  propose(question: ProposalQuestion, options?: SendOptions): Promise<ImportProposal>
  /** Sends a file; the draft is made in the background. */
  deliver(question: DeliveryQuestion, options?: SendOptions): Promise<Import>
  /** Imports under way, and those that ended lately. */
  imports(): Promise<ImportList>
  import(id: string): Promise<Import>
  /** Ends an import, of which nothing is stored then. */
  cancelImport(id: string): Promise<Import>
  intake(layer: string, label: string): Promise<IntakeReport>
  /** 质检报告. */
  quality(layer: string, label: string): Promise<Quality>
  qualityAddress(layer: string, label: string, format: 'xlsx' | 'gpkg'): string
}

/** @param root the server's address, "" for the page's own */
export function openData(root: string): DataApi {
  const at = (path: string) => `${root}/api/v1/${path}`
  const id = encodeURIComponent
  const version = (layer: string, label: string, what: string) => at(`layers/${id(layer)}/versions/${id(label)}/${what}`)
  return {
    propose: (question, options) => send(at('imports/proposal'), formOf(question), options),
    deliver: (question, options) => send(at('imports'), formOf(question), options),
    imports: () => ask(at('imports')),
    import: (job) => ask(at(`imports/${id(job)}`)),
    cancelImport: (job) => ask(at(`imports/${id(job)}`), 'DELETE'),
    intake: (layer, label) => ask(version(layer, label, 'intake')),
    quality: (layer, label) => ask(version(layer, label, 'quality')),
    qualityAddress: (layer, label, format) => version(layer, label, `quality.${format}`),
  }
}

/** The fields of a delivery; what was not said is no field. */
export function formOf({ file, ...said }: ProposalQuestion & Partial<DeliveryQuestion>): FormData {
  const { confirmCrs, schematic, approvals, ...texts } = said
  const form = new FormData()
  for (const [name, value] of Object.entries(texts)) if (value?.trim()) form.set(name, name === 'parameters' ? value : value.trim()) // its end of line says that it is a file's text
  if (confirmCrs) form.set('confirm_crs', 'true')
  if (schematic) form.set('schematic', 'true')
  form.set('file', file, file.name)
  if (approvals) form.set('approvals', approvals, approvals.name)
  return form
}
