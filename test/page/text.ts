/** What a person reads: no tags, no style, no script. */
export const textOf = (page: string) =>
  page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    // What shows only once the page is old.
    .replace(/<(\w+) class="(?:lead )?then">[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
