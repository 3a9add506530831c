// Package logistic explains a yes or no by features: logistic regression with a
// penalty, which says what each feature adds to the odds.
//
// A [Table] has columns of numbers or categories, with gaps. [Fit] standardises
// them, codes categories against a named base and gaps by an indicator, drops what is
// constant or follows from other columns, chooses the penalty by cross-validation on
// a seed and fits by Newton's method. The [Model] keeps all of that, so that it
// scores raw tables and explains each row in the units it was given:
// [Model.Explain].
//
// Rare events need no resampling: it would move the intercept, and with it every
// probability, without a better ranking (King and Zeng, Political Analysis 9, 2001).
//
// There is always an answer. Where all or none of the rows have the event the model
// is a smoothed share; where a feature separates them perfectly, the penalty holds
// the coefficients; each time a warning says so. Only faults of the arguments are
// errors.
package logistic
