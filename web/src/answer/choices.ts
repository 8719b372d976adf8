import type { CheckRule, RuleQuestion } from '../api'
import type { Part } from './answer'

/** 人工选择: answers by their questions' keys. */
export type Choices = Readonly<Record<string, string>>

/** What a person decided before this answer was given. */
export function choicesMade(parts: readonly Pick<Part, 'check'>[]): Choices {
  const made: Record<string, string> = {}
  for (const { check: { verdict } } of parts) {
    Object.assign(made, verdict.choices)
    for (const { question } of verdict.rules) {
      if (question?.answer) made[question.key] = question.answer
    }
  }
  return made
}

/** The choices that say something: an empty one takes an answer back. */
export const decided = (choices: Choices): Choices =>
  Object.fromEntries(Object.entries(choices).filter(([, answer]) => answer !== ''))

/** Whether two sets of choices decide the same. */
export function sameChoices(one: Choices, other: Choices): boolean {
  const text = (choices: Choices) => JSON.stringify(Object.entries(decided(choices)).sort())
  return text(one) === text(other)
}

/** The question to ask under a rule; several rules may wait on one question, which is asked once. */
export function questionAt(rules: readonly CheckRule[], i: number): RuleQuestion | undefined {
  const question = rules[i]?.question
  return rules.slice(0, i).some((before) => before.question?.key === question?.key) ? undefined : question
}
