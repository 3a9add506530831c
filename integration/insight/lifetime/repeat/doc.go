// Package repeat counts on customers coming back: models of repeat purchases without
// a contract, where nobody says that he has gone ("buy till you die").
//
// A customer is a [History]: how many repeat purchase days, when the last one was,
// and how long he has been known. Histories are added to [Groups], which keep equal
// ones once, so that a million customers need no list. [Model.Fit] finds the
// parameters by maximum likelihood and [Fit] answers: is he still there
// ([Fit.Alive]), how many purchases are to come ([Fit.Next]), what are they worth
// today ([Fit.Discounted]). [Fit.Track] holds the answers against what came.
//
//   - [BGNBD]: purchases at a constant rate, and after each repeat purchase a
//     chance to leave. Who never came back counts as there (Fader, Hardie and Lee,
//     Marketing Science 24, 2005).
//   - [MBGNBD]: the same, but a customer may leave after the first purchase too
//     (Batislam, Denizel and Filiztekin, Int. J. Research in Marketing 24, 2007).
//   - [ParetoNBD]: customers leave at any time (Schmittlein, Morrison and Colombo,
//     Management Science 33, 1987).
//
// In all of them rates differ between customers by a gamma distribution; the chances
// to leave by a beta, the rates of leaving by a gamma distribution.
//
// Times have one unit, weeks or days, that the caller chooses; the parameters alpha
// and beta, rates and horizons are in it. Expectations are computed by sums of
// positive terms and by quadrature rather than by the hypergeometric functions of
// the papers, so that they hold for any parameters (a = 1 and s = 1 included).
package repeat
