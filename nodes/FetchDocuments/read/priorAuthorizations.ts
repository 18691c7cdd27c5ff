import type { IDataObject } from 'n8n-workflow';
import { readPayerKey } from '../../shared/exchange/payerKey';
import { idText, textOf } from '../../shared/fhir/json';
import type { Named } from '../reportRow';
import { namedElsewhere } from './namedDocuments';

/** Prior authorizations that one row names. */
const MAX_LISTED = 20;

interface Link {
	priorAuthIds: Set<string>;
	isFound: boolean;
}

/** Which documents of a run the prior authorizations of the run name: read before any document is fetched, since either may come first. */
export class PriorAuthorizations {
	private readonly links = new Map<string, Link>();
	private readonly missing: Array<{ itemIndex: number; key?: string; named: Named }> = [];

	/** Reads what a resource names, if it is a prior authorization. */
	read(resource: IDataObject, about: IDataObject, itemIndex: number): void {
		for (const { target, attachment, priorAuthId } of namedElsewhere(resource, textOf(about.fhirBase))) {
			const key = target === undefined ? undefined : keyOf(about, target);
			const [documentType, documentId] = target?.split('/') ?? ['DocumentReference'];
			const named = { documentType, documentId, attachment, priorAuthId, content: {}, about };
			this.missing.push({ itemIndex, key, named });
			if (key === undefined) continue;
			const link = this.links.get(key) ?? { priorAuthIds: new Set(), isFound: false };
			if (priorAuthId !== undefined) link.priorAuthIds.add(priorAuthId);
			this.links.set(key, link);
		}
	}

	/** The prior authorizations that name a resource, whose documents are at hand now; undefined if none does. */
	take({ resourceType, id }: IDataObject, about: IDataObject): string | undefined {
		const link = this.links.get(keyOf(about, `${String(resourceType)}/${String(id)}`));
		if (!link) return undefined;
		link.isFound = true;
		return [...link.priorAuthIds].slice(0, MAX_LISTED).join(', ') || undefined;
	}

	/** The documents that were named and did not come by, by the item of the prior authorization. */
	*notAtHand(): Generator<{ itemIndex: number; named: Named }> {
		for (const { itemIndex, key, named } of this.missing) {
			if (key === undefined || this.links.get(key)?.isFound !== true) yield { itemIndex, named };
		}
	}
}

/** Two payers may give the same id, and so may a payer to two of its clients. */
function keyOf(about: IDataObject, target: string): string {
	return JSON.stringify([readPayerKey(about) ?? '', idText(about.directoryKey) ?? '', target]);
}
