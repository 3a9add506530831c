// Package count is the stock count: a document that states what was at a
// location at an instant, and makes the stock so.
//
// A [Count] is opened with what is expected, or handed out blind ([Count.Sheet]).
// What is found is recorded line by line, and posted as moves of the differences
// from or to a counter-location, effective at the instant of the count. Since what
// was seen was there, a posted count is an anchor: moves of earlier times that
// become known later do not shake it ([Count.Uphold]).
package count
