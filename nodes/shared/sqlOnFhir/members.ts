import { isObject } from '../fhir/json';
import { collectionOf, flatMap } from './collections';
import type { Collection } from './compiler';
import { choiceKeys } from './dataTypes';
import { WrittenNumber } from './writtenNumber';

/** From elements to those that stand in them under a name. */
export type Step = (values: Collection) => Collection;

/** A property of an object's own, as a collection; never one of its prototype. */
export function ownMember(object: unknown, key: string): Collection {
	return isObject(object) && Object.hasOwn(object, key) ? collectionOf(object[key]) : undefined;
}

/**
 * The step to a name. An element that can have several types stands in JSON with its type behind the name: where there is no `value`, it
 * is `valueQuantity` or the like.
 */
export function stepTo(name: string): Step {
	if (isInherited(name)) return (values) => flatMap(values, (value) => ownMember(value, name));
	const keys = choiceKeys(name);
	return (values) => member(values, name, keys);
}

/** Whether every object has a property of this name by its prototype. */
export function isInherited(name: string): boolean {
	return name in WrittenNumber.prototype;
}

/**
 * The step to a name that is not inherited. A file has millions of these steps: they are one function, which reads the property without
 * asking whose it is.
 *
 * @param keys the names that the element can have instead, if it can have several types
 */
export function member(values: Collection, name: string, keys: ReadonlySet<string> | undefined): Collection {
	if (typeof values !== 'object' || values === null) return undefined;
	if (!isObject(values)) return flatMap(values, (value) => member(value, name, keys));
	const value = values[name];
	if (typeof value === 'object') return collectionOf(value);
	return value === undefined && keys ? choiceMember(values, keys) : value;
}

function choiceMember(object: object, keys: ReadonlySet<string>): Collection {
	for (const key in object) {
		if (keys.has(key)) return ownMember(object, key);
	}
	return undefined;
}
