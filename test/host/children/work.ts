/** Takes so many milliseconds of a processor's time, however long it has to wait for them. */
export function work(milliseconds: number): void {
  const begun = process.cpuUsage()
  for (;;) {
    const { user, system } = process.cpuUsage(begun)
    if (user + system >= milliseconds * 1_000) return
  }
}
