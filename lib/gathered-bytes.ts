const FIRST_ROOM = 4_096

/**
 * Pieces of a body as one buffer. Kept one by one, a body cut into single bytes costs a hundred times its size: ten
 * megabytes of it would end the process.
 */
export class GatheredBytes {
  private room: Buffer = Buffer.alloc(0)
  private isOwn = false
  length = 0

  add(piece: Buffer): void {
    if (this.length === 0 && !this.isOwn) {
      // Most bodies come in one piece, which need not be copied.
      this.room = piece
      this.length = piece.length
      return
    }
    const length = this.length + piece.length
    if (!this.isOwn || length > this.room.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_ROOM, this.length * 2, length))
      this.room.copy(larger, 0, 0, this.length)
      this.room = larger
      this.isOwn = true
    }
    piece.copy(this.room, this.length)
    this.length = length
  }

  /** All of it, once: what is added next begins anew. */
  take(): Buffer {
    const whole = this.room.subarray(0, this.length)
    this.room = Buffer.alloc(0)
    this.isOwn = false
    this.length = 0
    return whole
  }
}
