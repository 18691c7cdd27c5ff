import { MemoryRepository, FhirRouter, type FhirRequest } from '@medplum/fhir-router';
import type { IDataObject } from 'n8n-workflow';

/** A FHIR server in memory (`@medplum/fhir-router`), which refuses references to what it does not have, where it is told to. */
export class FhirStore {
	private readonly repository = new MemoryRepository();
	private readonly router = new FhirRouter();
	/** `Type/id` of what is stored. */
	readonly urls = new Set<string>();
	/** `Type/id` of what was stored with another content than before. */
	readonly changed: string[] = [];
	private readonly texts = new Map<string, string>();

	/** @param others what else it has, by `Type/id` */
	constructor(others: readonly string[] = []) {
		others.forEach((url) => this.urls.add(url));
	}

	/**
	 * Sends a transaction or batch Bundle.
	 * @returns entries that it refused: of a transaction, all because of one
	 */
	async load(bundle: IDataObject): Promise<string[]> {
		const entries = bundle.entry as Array<{ resource: IDataObject; request: { url: string } }>;
		const own = new Set(entries.map(({ request }) => request.url));
		const isTransaction = bundle.type === 'transaction';
		const isKnown = (url: string) => this.urls.has(url) || (isTransaction && own.has(url));
		const refused = entries
			.filter(({ resource }) => !literalReferences(resource).every(isKnown))
			.map(({ request }) => request.url);
		if (isTransaction && refused.length > 0) return refused;
		if (refused.length === entries.length) return refused;
		const taken = entries.filter(({ request }) => !refused.includes(request.url));
		const { type } = bundle;
		const body = structuredClone({ resourceType: 'Bundle', type, entry: taken });
		const request = { method: 'POST', url: '/', pathname: '', body, params: {}, query: {} } as FhirRequest;
		const [outcome, answer] = await this.router.handleRequest(request, this.repository);
		const answers = (answer as unknown as { entry: Array<{ response: { status: string } }> }).entry;
		if (outcome.id !== 'ok' || !answers.every(({ response }) => /^20[01]/.test(response.status))) {
			throw new Error(`The server answered ${JSON.stringify(answers).slice(0, 500)}`);
		}
		for (const { resource, request: put } of taken) {
			this.urls.add(put.url);
			const text = JSON.stringify(resource);
			const before = this.texts.get(put.url);
			if (before !== undefined && before !== text) this.changed.push(put.url);
			this.texts.set(put.url, text);
		}
		return refused;
	}

	/** What is stored at `Type/id`, as it was sent. */
	stored(url: string): IDataObject {
		return JSON.parse(this.texts.get(url) ?? '{}') as IDataObject;
	}

	/** Everything that was sent and taken. */
	all(): IDataObject[] {
		return [...this.texts.values()].map((text) => JSON.parse(text) as IDataObject);
	}
}

/** Every literal reference to a resource of a server in a value. */
export function literalReferences(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'reference' && typeof inner === 'string'
			? inner.startsWith('#') || /^[a-z]+:/i.test(inner)
				? []
				: [inner]
			: literalReferences(inner),
	);
}
