/**
 * `pinned`: as when it was first seen or certified. `changed`: another definition now. `new`: it came later, and nobody has
 * certified it. `gone`: no longer offered.
 */
export type ToolState = 'pinned' | 'changed' | 'new' | 'gone'
