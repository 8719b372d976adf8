/** The answers by their names, from the contract: internal/openapi/openapi.yaml. */
import type { components, operations } from './schema'

type Schemas = components['schemas']

export type LayerList = Schemas['LayerList']
export type Layer = Schemas['Layer']
export type Version = Schemas['Version']
export type TileJson = Schemas['TileJSON']

/** 核查答复: of one parcel, or of several and of all of them together. */
export type CheckAnswer = Schemas['CheckAnswer']
export type CheckSet = Schemas['CheckSet']
export type Check = Schemas['Check']
export type CheckLayer = Schemas['CheckLayer']
export type CheckFeature = Schemas['CheckFeature']
export type CheckTownship = Schemas['CheckTownship']
export type CheckCombination = Schemas['CheckCombination']

/** 规则结论, and the question that a person must decide before it is one. */
export type CheckRule = Schemas['CheckRule']
export type RuleQuestion = Schemas['CheckQuestion']

/** The forms a kept check is filed in. */
export type PaperFormat = operations['readPaper']['parameters']['path']['format']

/** 核查状态: three answers, never two. */
export type Status = Schemas['CheckStatus']
/** 结论. Without rules a check can only say clear or review. */
export type Outcome = Schemas['CheckOutcome']
