/** Reads `text/event-stream` far enough for our own streams: the data of each event. Comments and names are passed over. */
export class EventText {
  private rest = ''

  take(chunk: string): string[] {
    const blocks = (this.rest + chunk).split('\n\n')
    this.rest = blocks.pop()!
    return blocks.flatMap((block) => {
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice('data: '.length))
      return data.length > 0 ? [data.join('\n')] : []
    })
  }
}
