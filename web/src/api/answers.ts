/** The answers by their names, from the contract: internal/openapi/openapi.yaml. */
import type { components, operations } from './schema'

type Schemas = components['schemas']

export type LayerList = Schemas['LayerList']
export type Layer = Schemas['Layer']
export type Version = Schemas['Version']
export type TileJson = Schemas['TileJSON']
/** 底图, as the operator named it. */
export type Basemap = Schemas['Basemap']

/** 会话, and who may use the service. */
export type AccountSession = Schemas['Session']
export type Right = Schemas['Right']
export type Role = Schemas['Role']
export type Scope = Schemas['Scope']
export type Person = Schemas['User']
export type PersonList = Schemas['UserList']
export type OneTimePassword = Schemas['UserCreated']

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
export type CheckRequirement = Schemas['CheckRequirement']
export type RuleQuestion = Schemas['CheckQuestion']

/** The forms a kept check is filed in. */
export type PaperFormat = operations['readPaper']['parameters']['path']['format']

/** 核查状态: three answers, never two. */
export type Status = Schemas['CheckStatus']
/** 结论. Without rules a check can only say clear or review. */
export type Outcome = Schemas['CheckOutcome']

/** 核查记录: kept checks, as a list names them. */
export type CheckList = Schemas['CheckList']
export type CheckEntry = Schemas['CheckEntry']

/** 核验结果: whether a printed report is what was answered, and how it would be answered today. */
export type Verification = Schemas['Verification']
export type VerificationChange = Schemas['VerificationChange']

/** What is found by place and by name, and what a drawing measures. */
export type Identified = Schemas['Identified']
export type FoundFeature = Schemas['FoundFeature']
export type FoundPlace = Schemas['FoundPlace']
export type Found = Schemas['Found']
export type Measured = Schemas['Measured']
export type ShapeList = Schemas['ShapeList']

/** 乡镇统计表. */
export type Stats = Schemas['Stats']
export type StatsColumn = Schemas['StatsColumn']
export type StatsRow = Schemas['StatsRow']
export type StatsCell = Schemas['StatsCell']
export type StatsFigure = Schemas['StatsFigure']
export type VersionList = Schemas['VersionList']

/** 批次: many parcels handed in together, and how far the work on them is. */
export type Batch = Schemas['Batch']
export type BatchList = Schemas['BatchList']
export type Parcel = Schemas['Parcel']
export type ParcelList = Schemas['ParcelList']
export type Job = Schemas['Job']
export type JobState = Schemas['JobState']

/** 面积变化核查: two versions of a layer compared. */
export type Change = Schemas['Change']
export type ChangeEntry = Schemas['ChangeEntry']
export type ChangeList = Schemas['ChangeList']
export type ChangeFigures = Schemas['ChangeFigures']
export type ChangePiece = Schemas['ChangePiece']
export type ChangeFeature = Schemas['ChangeFeature']
export type ChangeTransition = Schemas['ChangeTransition']
export type ChangeHolding = Schemas['ChangeHolding']
/** The forms a kept comparison is filed in. */
export type ChangeFormat = operations['readChangePaper']['parameters']['path']['format']

/** 发布结果: a draft put in force, or still being prepared. */
export type Publication = Schemas['Publication']

/** 导入, and what became of the records. */
export type Import = Schemas['Import']
export type IntakeReport = Schemas['IntakeReport']
export type IntakeFinding = Schemas['IntakeFinding']
export type ImportList = Schemas['ImportList']
/** 导入建议: what a file is taken for, and why. */
export type ImportProposal = Schemas['ImportProposal']
export type ImportField = Schemas['ImportField']

/** 质检报告: what is wrong with a version's features among themselves. */
export type Quality = Schemas['Quality']
export type QualityCheck = Schemas['QualityCheck']
export type QualityPlace = Schemas['QualityPlace']

/** 审计日志, and what was found of its chain. */
export type AuditList = Schemas['AuditList']
export type AuditEntry = Schemas['AuditEntry']
export type AuditOutcome = Schemas['AuditOutcome']
export type AuditVerification = Schemas['AuditVerification']

/** 令牌 of programs; the secret is shown once. */
export type Token = Schemas['Token']
export type TokenList = Schemas['TokenList']
export type TokenCreated = Schemas['TokenCreated']

/** 监管台账: entries, their states 发现 → 核查 → 整改 → 销号, and steps. */
export type LedgerEntry = Schemas['LedgerEntry']
export type LedgerEvent = Schemas['LedgerEvent']
export type LedgerList = Schemas['LedgerList']
export type LedgerState = Schemas['LedgerState']
export type LedgerKind = Schemas['LedgerKind']
export type LedgerAddition = Schemas['LedgerAddition']
export type LedgerAdded = Schemas['LedgerAdded']
export type LedgerStep = Schemas['LedgerStep']

/** 范围重叠: what layers have in common, and what features share it. */
export type Overlaps = Schemas['Overlaps']
export type OverlapsLayer = Schemas['OverlapsLayer']
export type OverlapsPair = Schemas['OverlapsPair']
export type OverlapsPiece = Schemas['OverlapsPiece']
/** The forms a kept answer is filed in. */
export type OverlapsFormat = operations['readOverlapsPaper']['parameters']['path']['format']

/** 指标: the plan's indicators, and what is entered of them. */
export type IndicatorList = Schemas['IndicatorList']
export type Indicator = Schemas['IndicatorEntry']
export type IndicatorValue = Schemas['IndicatorValue']
export type IndicatorEntered = Schemas['IndicatorEntered']
export type IndicatorsEntered = Schemas['IndicatorsEntered']
export type IndicatorFinding = NonNullable<Indicator['finding']>
