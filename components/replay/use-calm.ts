'use client'

import { useEffect, useState } from 'react'

const EVERY_MS = 120

/**
 * The value while things are calm; while they rush, every tenth of a second. A list that is scrolled on before it has
 * drawn where it stands shows nothing at all.
 */
export function useCalm<Value>(value: Value, rushing: boolean): Value {
  const [calm, setCalm] = useState(value)
  const [latest] = useState(() => ({ value }))
  useEffect(() => {
    latest.value = value
  }, [latest, value])
  useEffect(() => {
    if (!rushing) return
    setCalm(latest.value)
    const timer = setInterval(() => setCalm(latest.value), EVERY_MS)
    return () => clearInterval(timer)
  }, [latest, rushing])
  return rushing ? calm : value
}
