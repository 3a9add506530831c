// Package recordtoreport is the process by which a company's accounting periods are
// closed, and opened again.
//
// A period that is closed takes no entries. That must hold for postings that are in
// flight, too: whoever books draws a journal number and then reads the period, and
// [Service.ClosePeriod] draws one as well ([posting.JournalSeries]). A store holds a
// series until the commit, or lets one of the two fail with a conflict; so a posting
// was either committed before the closing, or sees it and is refused. A host that
// saved a period by itself would have no such promise.
package recordtoreport
