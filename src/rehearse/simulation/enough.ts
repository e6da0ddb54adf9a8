/** Why a wait is given up here: no error, so none is made. Signals abort at every probe, and a DOMException costs more than all else. */
export const ENOUGH = 'enough'
