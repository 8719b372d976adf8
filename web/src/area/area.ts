/** 面积单位: the units planners use. 1 亩 is exactly 2000/3 m². */
export type Unit = 'm2' | 'ha' | 'mu' | 'km2'

/** How a unit divides a square metre, exactly, and the decimals tables print. */
const units: Record<Unit, { times: bigint; over: bigint; decimals: number }> = {
  m2: { times: 1n, over: 1n, decimals: 2 },
  ha: { times: 1n, over: 10_000n, decimals: 4 },
  mu: { times: 3n, over: 2_000n, decimals: 2 },
  km2: { times: 1n, over: 1_000_000n, decimals: 2 },
}

/** Decimals of the figure every unit derives from: answers carry 0.0001 m². */
const CANONICAL = 4

/**
 * The area in a unit, rounded half-up (四舍五入) on exact decimals, as the
 * reports print it: format(12345.675, 'm2') is "12345.68". One quantity prints
 * one figure, here and in every report.
 *
 * @param squareMetres ellipsoidal area in m², as an answer carries it
 */
export function format(squareMetres: number, unit: Unit, decimals = units[unit].decimals): string {
  if (!Number.isFinite(squareMetres)) return '—'
  const { times, over } = units[unit]
  const canonical = roundHalfUp(exactDecimal(squareMetres), CANONICAL)
  const rounded = roundHalfUp(
    { numerator: canonical * times, denominator: 10n ** BigInt(CANONICAL) * over },
    decimals,
  )
  return fixed(rounded, decimals)
}

/** A share of a whole as a percentage with two decimals: "36.43 %". */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '—'
  const { numerator, denominator } = exactDecimal(share)
  return `${fixed(roundHalfUp({ numerator: numerator * 100n, denominator }, 2), 2)} %`
}

interface Ratio {
  numerator: bigint
  denominator: bigint
}

/**
 * The decimal a number is printed as, taken exactly. An answer's figures have
 * at most 15 significant digits, so this is the decimal the server wrote.
 */
function exactDecimal(value: number): Ratio {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))
  if (!match) throw new RangeError(`not a decimal: ${value}`)
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = match
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(sign + whole + fraction)
  return scale >= 0
    ? { numerator: digits, denominator: 10n ** BigInt(scale) }
    : { numerator: digits * 10n ** BigInt(-scale), denominator: 1n }
}

/** The ratio times 10^decimals as a whole number, halves away from zero. */
function roundHalfUp({ numerator, denominator }: Ratio, decimals: number): bigint {
  const scaled = numerator * 10n ** BigInt(decimals)
  const size = scaled < 0n ? -scaled : scaled
  const rounded = (2n * size + denominator) / (2n * denominator)
  return scaled < 0n ? -rounded : rounded
}

/** A whole number of 10^-decimals as text; zero never carries a minus. */
function fixed(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`
  return value < 0n ? `-${text}` : text
}
