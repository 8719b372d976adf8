/** The answers by their names, from the contract: internal/openapi/openapi.yaml. */
import type { components } from './schema'

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

/** 核查状态: three answers, never two. */
export type Status = Schemas['CheckStatus']
/** 结论. Without rules a check can only say clear or review. */
export type Outcome = Schemas['CheckOutcome']
