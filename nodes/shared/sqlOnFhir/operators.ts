import type { Collection, Path, Test } from './compiler';
import { compareValues, equalCollections } from './comparison';
import type { Literal } from './expression';
import { isMoment } from './moments';
import type { Fail } from './viewError';
import { VIEW_LIMITS } from '../fhir/limits';
import { numberOf } from './writtenNumber';

/** The operators of FHIRPath's shareable subset. Each gives nothing where an operand is empty, but for `and` and `or`. */

/** Three-valued: what one operand decides does not depend on the other. */
export function logic(operator: 'and' | 'or', left: Test, right: Test): Test {
	const deciding = operator === 'or';
	return (focus, scope) => {
		const first = left(focus, scope);
		if (first === deciding) return deciding;
		const second = right(focus, scope);
		if (second === deciding) return deciding;
		return first === undefined || second === undefined ? undefined : !deciding;
	};
}

/** What a collection means as an operand of logic: a single value that is no boolean means that it is there (singleton evaluation). */
export function truthOf(value: Collection, fail: Fail): boolean | undefined {
	if (value === undefined || typeof value === 'boolean') return value;
	if (Array.isArray(value)) {
		throw fail('a condition found several values where it takes one; use exists(), first() or where()');
	}
	return true;
}

/** @param literal the right side where it is a literal: most conditions compare a code with one */
export function equality(operator: '=' | '!=', left: Path, right: Path, literal: Literal | undefined): Test {
	const whenEqual = operator === '=';
	if (typeof literal === 'string' && !isMoment(literal)) {
		return (focus, scope) => {
			const value = left(focus, scope);
			return value === undefined ? undefined : (value === literal) === whenEqual;
		};
	}
	return (focus, scope) => {
		const value = left(focus, scope);
		if (value === undefined) return undefined;
		const other = right(focus, scope);
		if (other === undefined) return undefined;
		const isEqual = equalCollections(value, other);
		return isEqual === undefined ? undefined : isEqual === whenEqual;
	};
}

/** @returns whether the order of the operands (below 0, 0, above 0) is the one that is asked for */
const ORDERS = {
	'<': (order: number) => order < 0,
	'>': (order: number) => order > 0,
	'<=': (order: number) => order <= 0,
	'>=': (order: number) => order >= 0,
};

export function ordering(operator: keyof typeof ORDERS, left: Path, right: Path, fail: Fail): Test {
	const isRight = ORDERS[operator];
	return (focus, scope) => {
		const value = left(focus, scope);
		if (value === undefined) return undefined;
		const other = right(focus, scope);
		if (other === undefined) return undefined;
		const order = compareValues(value, other, fail);
		return order === undefined ? undefined : isRight(order);
	};
}

const CALCULATIONS = {
	'+': (left: number, right: number) => left + right,
	'-': (left: number, right: number) => left - right,
	'*': (left: number, right: number) => left * right,
	'/': (left: number, right: number) => left / right,
};

/** Adding joins two texts as well. Division by zero gives nothing. */
export function arithmetic(operator: keyof typeof CALCULATIONS, left: Path, right: Path, fail: Fail): Path {
	const calculate = CALCULATIONS[operator];
	return (focus, scope) => {
		const value = left(focus, scope);
		if (value === undefined) return undefined;
		const other = right(focus, scope);
		if (other === undefined) return undefined;
		if (operator === '+' && typeof value === 'string' && typeof other === 'string') {
			checkTextLength(value.length + other.length, fail);
			return value + other;
		}
		const [first, second] = [numberOf(value), numberOf(other)];
		if (first === undefined || second === undefined) {
			throw fail(`"${operator}" found something else than two numbers; use it between single numbers`);
		}
		return decimal(calculate(first, second));
	};
}

export function negative(of: Path, fail: Fail): Path {
	return (focus, scope) => {
		const value = of(focus, scope);
		const number = numberOf(value);
		if (value !== undefined && number === undefined) throw fail('"-" found something else than a number');
		return number === undefined ? undefined : -number;
	};
}

/** Throws for a text that would be too long. @param letters of the text that a path is about to put together */
export function checkTextLength(letters: number, fail: Fail): void {
	if (letters > VIEW_LIMITS.textLetters) {
		throw fail(`a text is longer than ${VIEW_LIMITS.textLetters} letters; put less together`);
	}
}

/** The digits that a decimal of JavaScript holds: 0.1 + 0.2 is 0.3, as in FHIRPath, and not 0.30000000000000004. */
const EXACT_DIGITS = 15;

function decimal(result: number): number | undefined {
	if (Number.isSafeInteger(result)) return result;
	return Number.isFinite(result) ? Number(result.toPrecision(EXACT_DIGITS)) : undefined;
}
