package tandem

// The currencies of ISO 4217 with their numeric codes and minor units, as
// published in list one by the maintenance agency (SIX), state of January 2026:
// XCG has replaced ANG, ZWG has replaced ZWL. BGN left with Bulgaria's change to
// the euro on 2026-01-01 and stays readable here, since its documents do. Minor
// units are ISO's, not CLDR's (which differ for more than twenty currencies).
const (
	AED Currency = 784
	AFN Currency = 971
	ALL Currency = 8
	AMD Currency = 51
	AOA Currency = 973
	ARS Currency = 32
	AUD Currency = 36
	AWG Currency = 533
	AZN Currency = 944
	BAM Currency = 977
	BBD Currency = 52
	BDT Currency = 50
	BGN Currency = 975
	BHD Currency = 48
	BIF Currency = 108
	BMD Currency = 60
	BND Currency = 96
	BOB Currency = 68
	BOV Currency = 984
	BRL Currency = 986
	BSD Currency = 44
	BTN Currency = 64
	BWP Currency = 72
	BYN Currency = 933
	BZD Currency = 84
	CAD Currency = 124
	CDF Currency = 976
	CHE Currency = 947
	CHF Currency = 756
	CHW Currency = 948
	CLF Currency = 990
	CLP Currency = 152
	CNY Currency = 156
	COP Currency = 170
	COU Currency = 970
	CRC Currency = 188
	CUP Currency = 192
	CVE Currency = 132
	CZK Currency = 203
	DJF Currency = 262
	DKK Currency = 208
	DOP Currency = 214
	DZD Currency = 12
	EGP Currency = 818
	ERN Currency = 232
	ETB Currency = 230
	EUR Currency = 978
	FJD Currency = 242
	FKP Currency = 238
	GBP Currency = 826
	GEL Currency = 981
	GHS Currency = 936
	GIP Currency = 292
	GMD Currency = 270
	GNF Currency = 324
	GTQ Currency = 320
	GYD Currency = 328
	HKD Currency = 344
	HNL Currency = 340
	HTG Currency = 332
	HUF Currency = 348
	IDR Currency = 360
	ILS Currency = 376
	INR Currency = 356
	IQD Currency = 368
	IRR Currency = 364
	ISK Currency = 352
	JMD Currency = 388
	JOD Currency = 400
	JPY Currency = 392
	KES Currency = 404
	KGS Currency = 417
	KHR Currency = 116
	KMF Currency = 174
	KPW Currency = 408
	KRW Currency = 410
	KWD Currency = 414
	KYD Currency = 136
	KZT Currency = 398
	LAK Currency = 418
	LBP Currency = 422
	LKR Currency = 144
	LRD Currency = 430
	LSL Currency = 426
	LYD Currency = 434
	MAD Currency = 504
	MDL Currency = 498
	MGA Currency = 969
	MKD Currency = 807
	MMK Currency = 104
	MNT Currency = 496
	MOP Currency = 446
	MRU Currency = 929
	MUR Currency = 480
	MVR Currency = 462
	MWK Currency = 454
	MXN Currency = 484
	MXV Currency = 979
	MYR Currency = 458
	MZN Currency = 943
	NAD Currency = 516
	NGN Currency = 566
	NIO Currency = 558
	NOK Currency = 578
	NPR Currency = 524
	NZD Currency = 554
	OMR Currency = 512
	PAB Currency = 590
	PEN Currency = 604
	PGK Currency = 598
	PHP Currency = 608
	PKR Currency = 586
	PLN Currency = 985
	PYG Currency = 600
	QAR Currency = 634
	RON Currency = 946
	RSD Currency = 941
	RUB Currency = 643
	RWF Currency = 646
	SAR Currency = 682
	SBD Currency = 90
	SCR Currency = 690
	SDG Currency = 938
	SEK Currency = 752
	SGD Currency = 702
	SHP Currency = 654
	SLE Currency = 925
	SOS Currency = 706
	SRD Currency = 968
	SSP Currency = 728
	STN Currency = 930
	SVC Currency = 222
	SYP Currency = 760
	SZL Currency = 748
	THB Currency = 764
	TJS Currency = 972
	TMT Currency = 934
	TND Currency = 788
	TOP Currency = 776
	TRY Currency = 949
	TTD Currency = 780
	TWD Currency = 901
	TZS Currency = 834
	UAH Currency = 980
	UGX Currency = 800
	USD Currency = 840
	USN Currency = 997
	UYI Currency = 940
	UYU Currency = 858
	UYW Currency = 927
	UZS Currency = 860
	VED Currency = 926
	VES Currency = 928
	VND Currency = 704
	VUV Currency = 548
	WST Currency = 882
	XAD Currency = 396
	XAF Currency = 950
	XCD Currency = 951
	XCG Currency = 532
	XOF Currency = 952
	XPF Currency = 953
	YER Currency = 886
	ZAR Currency = 710
	ZMW Currency = 967
	ZWG Currency = 924
)

type currencyRow struct {
	code   string
	digits int8
}

// currencyRows is indexed by ISO 4217 numeric code; an empty code is no currency.
var currencyRows = [1000]currencyRow{
	AED: {"AED", 2}, AFN: {"AFN", 2}, ALL: {"ALL", 2}, AMD: {"AMD", 2}, AOA: {"AOA", 2},
	ARS: {"ARS", 2}, AUD: {"AUD", 2}, AWG: {"AWG", 2}, AZN: {"AZN", 2}, BAM: {"BAM", 2},
	BBD: {"BBD", 2}, BDT: {"BDT", 2}, BGN: {"BGN", 2}, BHD: {"BHD", 3}, BIF: {"BIF", 0},
	BMD: {"BMD", 2}, BND: {"BND", 2}, BOB: {"BOB", 2}, BOV: {"BOV", 2}, BRL: {"BRL", 2},
	BSD: {"BSD", 2}, BTN: {"BTN", 2}, BWP: {"BWP", 2}, BYN: {"BYN", 2}, BZD: {"BZD", 2},
	CAD: {"CAD", 2}, CDF: {"CDF", 2}, CHE: {"CHE", 2}, CHF: {"CHF", 2}, CHW: {"CHW", 2},
	CLF: {"CLF", 4}, CLP: {"CLP", 0}, CNY: {"CNY", 2}, COP: {"COP", 2}, COU: {"COU", 2},
	CRC: {"CRC", 2}, CUP: {"CUP", 2}, CVE: {"CVE", 2}, CZK: {"CZK", 2}, DJF: {"DJF", 0},
	DKK: {"DKK", 2}, DOP: {"DOP", 2}, DZD: {"DZD", 2}, EGP: {"EGP", 2}, ERN: {"ERN", 2},
	ETB: {"ETB", 2}, EUR: {"EUR", 2}, FJD: {"FJD", 2}, FKP: {"FKP", 2}, GBP: {"GBP", 2},
	GEL: {"GEL", 2}, GHS: {"GHS", 2}, GIP: {"GIP", 2}, GMD: {"GMD", 2}, GNF: {"GNF", 0},
	GTQ: {"GTQ", 2}, GYD: {"GYD", 2}, HKD: {"HKD", 2}, HNL: {"HNL", 2}, HTG: {"HTG", 2},
	HUF: {"HUF", 2}, IDR: {"IDR", 2}, ILS: {"ILS", 2}, INR: {"INR", 2}, IQD: {"IQD", 3},
	IRR: {"IRR", 2}, ISK: {"ISK", 0}, JMD: {"JMD", 2}, JOD: {"JOD", 3}, JPY: {"JPY", 0},
	KES: {"KES", 2}, KGS: {"KGS", 2}, KHR: {"KHR", 2}, KMF: {"KMF", 0}, KPW: {"KPW", 2},
	KRW: {"KRW", 0}, KWD: {"KWD", 3}, KYD: {"KYD", 2}, KZT: {"KZT", 2}, LAK: {"LAK", 2},
	LBP: {"LBP", 2}, LKR: {"LKR", 2}, LRD: {"LRD", 2}, LSL: {"LSL", 2}, LYD: {"LYD", 3},
	MAD: {"MAD", 2}, MDL: {"MDL", 2}, MGA: {"MGA", 2}, MKD: {"MKD", 2}, MMK: {"MMK", 2},
	MNT: {"MNT", 2}, MOP: {"MOP", 2}, MRU: {"MRU", 2}, MUR: {"MUR", 2}, MVR: {"MVR", 2},
	MWK: {"MWK", 2}, MXN: {"MXN", 2}, MXV: {"MXV", 2}, MYR: {"MYR", 2}, MZN: {"MZN", 2},
	NAD: {"NAD", 2}, NGN: {"NGN", 2}, NIO: {"NIO", 2}, NOK: {"NOK", 2}, NPR: {"NPR", 2},
	NZD: {"NZD", 2}, OMR: {"OMR", 3}, PAB: {"PAB", 2}, PEN: {"PEN", 2}, PGK: {"PGK", 2},
	PHP: {"PHP", 2}, PKR: {"PKR", 2}, PLN: {"PLN", 2}, PYG: {"PYG", 0}, QAR: {"QAR", 2},
	RON: {"RON", 2}, RSD: {"RSD", 2}, RUB: {"RUB", 2}, RWF: {"RWF", 0}, SAR: {"SAR", 2},
	SBD: {"SBD", 2}, SCR: {"SCR", 2}, SDG: {"SDG", 2}, SEK: {"SEK", 2}, SGD: {"SGD", 2},
	SHP: {"SHP", 2}, SLE: {"SLE", 2}, SOS: {"SOS", 2}, SRD: {"SRD", 2}, SSP: {"SSP", 2},
	STN: {"STN", 2}, SVC: {"SVC", 2}, SYP: {"SYP", 2}, SZL: {"SZL", 2}, THB: {"THB", 2},
	TJS: {"TJS", 2}, TMT: {"TMT", 2}, TND: {"TND", 3}, TOP: {"TOP", 2}, TRY: {"TRY", 2},
	TTD: {"TTD", 2}, TWD: {"TWD", 2}, TZS: {"TZS", 2}, UAH: {"UAH", 2}, UGX: {"UGX", 0},
	USD: {"USD", 2}, USN: {"USN", 2}, UYI: {"UYI", 0}, UYU: {"UYU", 2}, UYW: {"UYW", 4},
	UZS: {"UZS", 2}, VED: {"VED", 2}, VES: {"VES", 2}, VND: {"VND", 0}, VUV: {"VUV", 0},
	WST: {"WST", 2}, XAD: {"XAD", 2}, XAF: {"XAF", 0}, XCD: {"XCD", 2}, XCG: {"XCG", 2},
	XOF: {"XOF", 0}, XPF: {"XPF", 0}, YER: {"YER", 2}, ZAR: {"ZAR", 2}, ZMW: {"ZMW", 2},
	ZWG: {"ZWG", 2},
}

// currencyOrder has every currency in the order of its alphabetic code.
var currencyOrder = [...]Currency{
	AED, AFN, ALL, AMD, AOA, ARS, AUD, AWG, AZN, BAM, BBD, BDT,
	BGN, BHD, BIF, BMD, BND, BOB, BOV, BRL, BSD, BTN, BWP, BYN,
	BZD, CAD, CDF, CHE, CHF, CHW, CLF, CLP, CNY, COP, COU, CRC,
	CUP, CVE, CZK, DJF, DKK, DOP, DZD, EGP, ERN, ETB, EUR, FJD,
	FKP, GBP, GEL, GHS, GIP, GMD, GNF, GTQ, GYD, HKD, HNL, HTG,
	HUF, IDR, ILS, INR, IQD, IRR, ISK, JMD, JOD, JPY, KES, KGS,
	KHR, KMF, KPW, KRW, KWD, KYD, KZT, LAK, LBP, LKR, LRD, LSL,
	LYD, MAD, MDL, MGA, MKD, MMK, MNT, MOP, MRU, MUR, MVR, MWK,
	MXN, MXV, MYR, MZN, NAD, NGN, NIO, NOK, NPR, NZD, OMR, PAB,
	PEN, PGK, PHP, PKR, PLN, PYG, QAR, RON, RSD, RUB, RWF, SAR,
	SBD, SCR, SDG, SEK, SGD, SHP, SLE, SOS, SRD, SSP, STN, SVC,
	SYP, SZL, THB, TJS, TMT, TND, TOP, TRY, TTD, TWD, TZS, UAH,
	UGX, USD, USN, UYI, UYU, UYW, UZS, VED, VES, VND, VUV, WST,
	XAD, XAF, XCD, XCG, XOF, XPF, YER, ZAR, ZMW, ZWG,
}
