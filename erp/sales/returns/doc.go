// Package returns is what comes back from customers: the authorisation to send
// goods back, what came, what became of it, and what the customer got.
//
// A [Return] is authorised for lines of deliveries ([Authorise]) and received in
// one parcel or more ([Return.Receive]), each with its part of the original revenue
// and of the original issue value, which the delivery knows. The inspection
// ([Return.Inspect]) splits that value between what is restocked and what is
// scrapped, and gives each line its [Remedy]: the money back, the same goods again,
// or nothing. A credit note or an order of replacement settles it ([Return.Credit],
// [Return.Replace]); [Return.Close] is refused as long as one is due.
//
// Every command refuses with a [*tandem.RefusedError] of a stable code where the
// state or a rule forbids it, and with a [*tandem.InvalidError] where its input
// has faults; then nothing is changed. Which command leads where is listed by
// [Transitions].
package returns
