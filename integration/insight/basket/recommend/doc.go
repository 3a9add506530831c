// Package recommend proposes products to a customer and says why.
//
// What may be proposed at all is asked first: [Model.Recommend] takes the facts of
// the products and the customer as data (on sale, in stock, consent, barred, just
// bought, just returned, shown too often) and gives for each product that is not
// eligible the rule that excluded it. What is left is ranked by what similar
// customers bought, by rules of baskets and by popularity, which is all there is to
// say to a new customer; each recommendation gives its evidence in numbers and words.
// What a rule gives for a product that is being bought now comes before all that rests on
// what was bought before, unless other weights are given.
//
// [Evaluate] measures on the host's own baskets whether that beats popularity, by
// predicting the last basket of each customer.
package recommend
