import { z } from 'zod'
import { ServerQuestion } from '@/lib/domain'

/** Without repetitions and in the vocabulary's order, so that equal settings are equal. */
export const RefusedQuestions = z
  .array(ServerQuestion)
  .transform((given) => ServerQuestion.options.filter((question) => given.includes(question)))
