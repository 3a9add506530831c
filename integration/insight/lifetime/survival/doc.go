// Package survival says how long customers stay, from lives of which many are not
// over: the Kaplan-Meier curve, with Greenwood's variance, log-log limits, the
// Nelson-Aalen hazard, the median and the restricted mean ([Estimate]), and the
// log-rank test between groups ([LogRank]).
//
// A [Life] ends with the event or is censored: still a customer when last seen. One
// that came under observation late (a customer list that begins in 2020) enters late
// and counts among those at risk from then on; without that, the survivors of the
// years before would flatter the curve (left truncation).
//
// Events of one time are taken together, and those censored at that time are still
// at risk at it. The work is a sort and a pass; memory is a few words a life.
//
// There is always an answer: nobody, no event, all at one time; a warning says
// so. Sources: Kaplan and Meier (JASA 53, 1958); Klein and Moeschberger, Survival
// Analysis (2nd ed., 2003).
package survival
