import { closeSync, existsSync, openSync } from 'node:fs'

const held = []

/** Takes every descriptor that is left while the file HOG is there, and gives all back once it is gone. */
export const hog = {
  name: 'hog',
  about: 'takes descriptors',
  cure: 'person',
  rhythm: { everyMs: 100 },
  sense: () => {
    if (existsSync(process.env.HOG)) take()
    else while (held.length > 0) closeSync(held.pop())
    return held.length
  },
  judge: ([{ reading }]) => ({ status: 'pass', because: `holds ${reading} descriptors`, values: {} }),
}

function take() {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'))
  } catch {
    // EMFILE: there are none left.
  }
}
