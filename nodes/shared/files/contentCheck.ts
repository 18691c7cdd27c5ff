import type { IDataObject } from 'n8n-workflow';
import { codesOf, isObject, objectsOf } from '../fhir/json';
import { ContentSpan } from './contentSpan';
import { isDenied, isForDrugs, isPriorAuthorization, lacksDocuments } from './priorAuthorizations';
import { protectionOf } from '../fhir/securityLabels';

/**
 * Counts what a payer-to-payer exchange should not hold, and what it should: amounts of money, denied prior authorizations and those for drugs,
 * documents of prior authorizations, care of five years (42 CFR 422.121(b)(4)(ii)), labels of special protection (HRex, consent policy), and
 * the Provenance of the payer that transmits (PDex, pdex-127). Numbers only, no health data.
 */
export class ContentCheck {
	private moneyAmounts = 0;
	private deniedAuthorizations = 0;
	private drugAuthorizations = 0;
	private authorizationsWithoutDocuments = 0;
	private protectedResources = 0;
	private unknownLabels = 0;
	private transmitters = 0;
	private readonly span: ContentSpan;
	private readonly types = new Map<string, number>();

	/** @param requestedOn when the export was asked for; if that is not known, nothing is said of how far back it goes */
	constructor(requestedOn = '') {
		this.span = new ContentSpan(requestedOn);
	}

	/** Looks at one resource. */
	look(resource: IDataObject): void {
		const type = String(resource.resourceType);
		this.types.set(type, (this.types.get(type) ?? 0) + 1);
		this.span.look(resource);
		const protection = protectionOf(resource);
		if (protection === 'protected') this.protectedResources += 1;
		if (protection === 'unknown') this.unknownLabels += 1;
		if (type === 'Provenance' && objectsOf(resource.agent).some(isTransmitter)) this.transmitters += 1;
		if (type !== 'ExplanationOfBenefit') return;
		if (hasMoney(resource)) this.moneyAmounts += 1;
		if (isPriorAuthorization(resource)) this.lookAtAuthorization(resource);
	}

	/** The counts as columns of a report: numbers of resources, and months. */
	counts(): IDataObject {
		return {
			moneyAmounts: this.moneyAmounts,
			deniedAuthorizations: this.deniedAuthorizations,
			drugAuthorizations: this.drugAuthorizations,
			authorizationsWithoutDocuments: this.authorizationsWithoutDocuments,
			protectedResources: this.protectedResources,
			...(this.unknownLabels > 0 && { unknownLabels: this.unknownLabels }),
			transmitters: this.transmitters,
			...this.span.months(),
		};
	}

	/** What types came, e.g. `Claim 12, Patient 1`, as far as they are names of types. */
	typesText(): string {
		const known = [...this.types].filter(([type]) => /^[A-Z][A-Za-z]{1,40}$/.test(type)).slice(0, MAX_TYPES);
		return known
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([type, count]) => `${type} ${count}`)
			.join(', ');
	}

	/** Of what should not have come, documents need not come either. */
	private lookAtAuthorization(resource: IDataObject): void {
		const [denied, drugs] = [isDenied(resource), isForDrugs(resource)];
		if (denied) this.deniedAuthorizations += 1;
		if (drugs) this.drugAuthorizations += 1;
		if (!denied && !drugs && lacksDocuments(resource)) this.authorizationsWithoutDocuments += 1;
	}
}

const MAX_TYPES = 200;

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
