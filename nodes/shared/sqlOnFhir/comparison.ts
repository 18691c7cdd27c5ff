import { isObject } from '../fhir/json';
import { MAX_DEPTH } from '../fhir/limits';
import type { Collection } from './compiler';
import { compareMoments, isMoment } from './moments';
import type { Fail } from './viewError';
import { numberOf } from './writtenNumber';

/** Whether two collections that are not empty are equal, in order too; undefined where it is not known. */
export function equalCollections(left: Collection, right: Collection): boolean | undefined {
	if (!Array.isArray(left) && !Array.isArray(right)) return equalValues(left, right);
	if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
	let answer: boolean | undefined = true;
	for (const [index, value] of left.entries()) {
		const isEqual = equalValues(value, right[index]);
		if (isEqual === false) return false;
		answer &&= isEqual;
	}
	return answer;
}

/** Undefined for dates of unlike precision, as these may be equal or not. */
function equalValues(left: unknown, right: unknown): boolean | undefined {
	if (typeof left === 'string' && typeof right === 'string') {
		if (left === right) return true;
		if (!isMoment(left) || !isMoment(right)) return false;
		const order = compareMoments(left, right);
		return order === undefined ? undefined : order === 0;
	}
	return equalJson(left, right, 0);
}

function equalJson(left: unknown, right: unknown, depth: number): boolean {
	const number = numberOf(left);
	if (number !== undefined) return number === numberOf(right);
	if (Array.isArray(left)) {
		return (
			Array.isArray(right) &&
			left.length === right.length &&
			left.every((value, index) => equalJson(value, right[index], depth + 1))
		);
	}
	if (!isObject(left) || !isObject(right)) return left === right;
	const keys = Object.keys(left);
	return (
		depth <= MAX_DEPTH &&
		keys.length === Object.keys(right).length &&
		keys.every((key) => Object.hasOwn(right, key) && equalJson(left[key], right[key], depth + 1))
	);
}

/** The order of two single values: below 0, 0, above 0; undefined where it is not known. Throws for what has no order. */
export function compareValues(left: Collection, right: Collection, fail: Fail): number | undefined {
	if (typeof left === 'string' && typeof right === 'string') {
		if (isMoment(left) && isMoment(right)) return compareMoments(left, right);
		return left < right ? -1 : left > right ? 1 : 0;
	}
	const [first, second] = [numberOf(left), numberOf(right)];
	if (first !== undefined && second !== undefined) return first - second;
	throw fail(
		'< > <= >= found something else than two numbers, two texts or two dates; compare single values of one type',
	);
}
