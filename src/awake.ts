/** The clock's timers keep no process alive, so that nobody has to stop a service to end a program. This does, while some work goes on. */
export async function awake<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 60_000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
