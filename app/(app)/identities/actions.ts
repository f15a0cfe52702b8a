'use server'

import { appliedAnswerOf } from '@/app/(app)/action-result'
import { requireActor } from '@/lib/auth'
import {
  addGroupMember,
  type BindSubject,
  bindSubject,
  type CreateGroup,
  type CreateIdentity,
  createGroup,
  createIdentity,
  disableIdentity,
  enableIdentity,
  type GroupMembership,
  type IdentityRef,
  type IssueKey,
  issueKey,
  type RevokeKey,
  type RotateKey,
  removeGroupMember,
  revokeKey,
  rotateKey,
  type SubjectRef,
  type TransferOwnership,
  transferOwnership,
  type UpdateIdentity,
  unbindSubject,
  updateIdentity,
} from '@/lib/identities/commands'

export async function createIdentityAction(input: CreateIdentity) {
  const actor = await requireActor()
  return appliedAnswerOf(async () => {
    const { result, lagging } = await createIdentity(actor, input)
    return { result: { id: result.id, displayName: result.displayName }, lagging }
  })
}

export async function updateIdentityAction(input: UpdateIdentity) {
  const actor = await requireActor()
  return appliedAnswerOf(() => updateIdentity(actor, input))
}

export async function transferOwnershipAction(input: TransferOwnership) {
  const actor = await requireActor()
  return appliedAnswerOf(() => transferOwnership(actor, input))
}

export async function disableIdentityAction(input: IdentityRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => disableIdentity(actor, input))
}

export async function enableIdentityAction(input: IdentityRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => enableIdentity(actor, input))
}

export async function issueKeyAction(input: IssueKey) {
  const actor = await requireActor()
  return appliedAnswerOf(() => issueKey(actor, input))
}

export async function rotateKeyAction(input: RotateKey) {
  const actor = await requireActor()
  return appliedAnswerOf(() => rotateKey(actor, input))
}

export async function revokeKeyAction(input: RevokeKey) {
  const actor = await requireActor()
  return appliedAnswerOf(() => revokeKey(actor, input))
}

export async function createGroupAction(input: CreateGroup) {
  const actor = await requireActor()
  return appliedAnswerOf(() => createGroup(actor, input))
}

export async function addGroupMemberAction(input: GroupMembership) {
  const actor = await requireActor()
  return appliedAnswerOf(() => addGroupMember(actor, input))
}

export async function removeGroupMemberAction(input: GroupMembership) {
  const actor = await requireActor()
  return appliedAnswerOf(() => removeGroupMember(actor, input))
}

export async function bindSubjectAction(input: BindSubject) {
  const actor = await requireActor()
  return appliedAnswerOf(() => bindSubject(actor, input))
}

export async function unbindSubjectAction(input: SubjectRef) {
  const actor = await requireActor()
  return appliedAnswerOf(() => unbindSubject(actor, input))
}
