// Package offer says which of the given offers suit which customer, by grade,
// customer lifetime value (CLV) and preferences, and which rule excluded the others.
//
// [Choose] first asks the rules of eligibility in a fixed order (period, grade, CLV,
// consent for a channel, open complaints, frequency, margin floor, preference), then
// ranks what is left: by the share of the customer's preferences in the offer's
// categories, then by margin, then by code. Each match gives its reason in words, each
// exclusion its [Rule]. Prices are not its business: the margin that an offer leaves
// is an argument. Nothing is sent: all of it is data.
package offer
