import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf } from '../fhir/json';

/**
 * Counts what a payer-to-payer exchange should not hold, and what it should: amounts of money, denied prior authorizations and those for drugs
 * (42 CFR 422.121(b)(4)(ii)), and the Provenance of the payer that transmits (PDex, pdex-127).
 */
export class ContentCheck {
	private moneyAmounts = 0;
	private deniedAuthorizations = 0;
	private drugAuthorizations = 0;
	private transmitters = 0;
	private readonly types = new Map<string, number>();

	/** Looks at one resource. */
	look(resource: IDataObject): void {
		const type = String(resource.resourceType);
		this.types.set(type, (this.types.get(type) ?? 0) + 1);
		if (type === 'Provenance' && objectsOf(resource.agent).some(isTransmitter)) this.transmitters += 1;
		if (type !== 'ExplanationOfBenefit') return;
		if (hasMoney(resource)) this.moneyAmounts += 1;
		if (resource.use !== 'preauthorization') return;
		if (isDenied(resource)) this.deniedAuthorizations += 1;
		if (codesOf(resource.type).includes('pharmacy')) this.drugAuthorizations += 1;
	}

	/** The counts as columns of a report: numbers of resources. */
	counts(): IDataObject {
		const { moneyAmounts, deniedAuthorizations, drugAuthorizations, transmitters } = this;
		return { moneyAmounts, deniedAuthorizations, drugAuthorizations, transmitters };
	}

	/** What types came, e.g. `Claim 12, Patient 1`, as far as they are names of types. */
	typesText(): string {
		const known = [...this.types].filter(([type]) => /^[A-Z][A-Za-z]{1,40}$/.test(type)).slice(0, MAX_TYPES);
		return known
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([type, count]) => `${type} ${count}`)
			.join(', ');
	}
}

const MAX_TYPES = 200;

function codesOf(concept: unknown): unknown[] {
	return isObject(concept) ? objectsOf(concept.coding).map(({ code }) => code) : [];
}

function isTransmitter({ type }: IDataObject): boolean {
	return codesOf(type).includes('transmitter');
}

function isMoney(value: unknown): boolean {
	return isObject(value) && value.value !== undefined && value.value !== null;
}

/** Whether a claim holds an amount: its totals, its payment, or those of its lines. */
function hasMoney({ total, payment, item, addItem }: IDataObject): boolean {
	if (objectsOf(total).some(({ amount }) => isMoney(amount))) return true;
	if (isObject(payment) && isMoney(payment.amount)) return true;
	return [...objectsOf(item), ...objectsOf(addItem)].some(
		({ net, unitPrice, adjudication }) =>
			isMoney(net) || isMoney(unitPrice) || objectsOf(adjudication).some(({ amount }) => isMoney(amount)),
	);
}

/** X12 306: the code of a certification action that was not certified. */
const DENIED = 'A3';
const ACTIONS = 'https://codesystem.x12.org/external/306';
/** The action is an extension of an extension of the adjudication of a line. */
const MAX_DEPTH = 8;

function isDenied(resource: IDataObject): boolean {
	return holdsDenial([resource.extension, resource.item, resource.adjudication], 0);
}

function holdsDenial(value: unknown, depth: number): boolean {
	if (depth > MAX_DEPTH) return false;
	if (Array.isArray(value)) return value.some((each) => holdsDenial(each, depth));
	if (!isObject(value)) return false;
	const isAction = value.code === DENIED && value.system === ACTIONS;
	return (
		isAction || Object.values(value).some((each) => typeof each === 'object' && holdsDenial(each, depth + 1))
	);
}
