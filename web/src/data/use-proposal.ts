import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { asProblem, type Api, type ImportProposal, type Problem, type ProposalQuestion } from '../api'

/** What the file that was picked is taken for: asked whenever something of the question changes. */
export function useProposal(api: Api, question: () => ProposalQuestion | null) {
  const proposal = shallowRef<ImportProposal | null>(null)
  const unproposed = shallowRef<Problem | null>(null)
  const looking = ref(false)
  /** The person agreed to the system that was proposed. */
  const agreed = ref(false)
  /** Which layer of the file is meant, where it has several. */
  const part = ref('')
  let asking: AbortController | null = null

  async function propose(): Promise<void> {
    leave()
    const asked = question()
    proposal.value = unproposed.value = null
    if (!asked) return
    const mine = (asking = new AbortController())
    looking.value = true
    try {
      const found = await api.data.propose({ ...asked, part: part.value, confirmCrs: agreed.value }, { signal: mine.signal })
      if (mine === asking) proposal.value = found
    } catch (thrown) {
      if (mine === asking) unproposed.value = asProblem(thrown)
    } finally {
      if (mine === asking) looking.value = false
    }
  }

  /** What is being asked is not wanted any more: the file itself is on its way. */
  function leave(): void {
    asking?.abort()
    asking = null
    looking.value = false
  }
  onBeforeUnmount(leave)
  return { proposal, unproposed, looking, agreed, part, propose, leave }
}
