// Package contract projects the retention of customers who renew or leave: the
// shifted beta-geometric model of Fader and Hardie.
//
// Each customer leaves at a renewal with a chance of their own, which over customers
// is Beta(α, β). Those likely to leave go first, so that the retention rate of a
// cohort rises with its age although nobody changes; a curve drawn through the
// first years falls far below what comes.
//
// A [Cohort] counts who is left after each period; several of different ages are
// fitted together, also those whose first years nobody counted. [Fit] gives a
// [Model] that answers by age: [Model.Survival], [Model.Retention],
// [Model.ResidualLifetime], [Model.Discounted] (DERL) and [Model.Value].
//
// There is always an answer: nobody left, all left at once, one age only; the fit is
// then at a border, which a warning says. Sources: Fader and Hardie, How to project
// customer retention (J. Interactive Marketing 21, 2007); Customer-base valuation in a
// contractual setting (Marketing Science 29, 2010).
package contract
