/** `pinned`: as when it was first seen or certified. `changed`: another definition now. `gone`: no longer offered. */
export type ToolState = 'pinned' | 'changed' | 'gone'
