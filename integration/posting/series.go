package posting

// JournalSeries is the series of the numbers of journal entries. It is also the lock
// of the periods: who draws from a series holds it until the commit, or one of two
// who did has a conflict. So whoever books draws a number first and reads the period
// then, and whoever closes a period, or opens it again, draws a number too: no entry
// gets into a period whose closing was committed before it.
const JournalSeries = "JE"
