import { Decimal } from 'decimal.js';

/** 34 digits, half-even, written without exponent as far as 34 digits reach: what `numeric` holds and computes with. */
export const Exact = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 40 });
