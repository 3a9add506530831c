// Package lotsize finds how much to order at once where demand is known.
//
// Where it is even, [Economic.Best] balances the cost of orders against that of
// stock: the economic order quantity of Harris (1913), with a finite production rate,
// planned backorders and packs; [Economic.Discounted] with prices by quantity. Where
// it changes from period to period, [Dynamic.Plan] offers the optimum of Wagner and
// Whitin (1958) and the rules that planners use instead. The formulas are those of
// Silver, Pyke and Thomas (Inventory and Production Management in Supply Chains, 4th
// edition, 2017, chapters 4 and 5), the costs in money by unit and period.
package lotsize
