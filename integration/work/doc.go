// Package work is the unit of work: how a process runs one command atomically
// over the repositories of a [Store], exactly once per key, and how the events
// that it records reach whoever listens.
//
// A [Store] runs a closure over a bundle R of repositories. A host adopts it at
// one of three depths: nothing to implement (the stores of integration/store),
// one repository of its own (embed the bundle and shadow one accessor, then
// [Narrow] the store), or a driver of its own. [Join] runs a part on a bundle
// that is already open, so that the host's writes and the library's commit
// together.
//
// [Prefetch] reads what a step needs next in one round trip, where the store can, and
// changes no answer; [DrawNumbers] draws numbers and reads what follows them.
//
// [Do] is the one way to run a command: authorise, look the key up, run, keep
// the result, append the events, all in one Update inside [Retry]. [Dispatcher]
// delivers the events in process, in a deterministic order; [Once] gives a
// consumer its effect once, whatever is delivered twice.
package work
