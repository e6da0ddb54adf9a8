/** So many checks with a value each, on the default rhythm or one of their own. */
export function synthetic(count, everyMs) {
  return Array.from({ length: count }, (_, nth) => ({
    name: `check-${nth}`,
    about: 'a number that is in order',
    cure: 'restart',
    ...(everyMs && { rhythm: { everyMs } }),
    values: { level_ratio: 'A level, 0 to 1.' },
    sense: () => 0.5,
    judge: ([{ reading }]) => ({
      status: 'pass',
      because: 'the level is 0.5; fails at 1',
      values: { level_ratio: reading },
    }),
  }))
}
