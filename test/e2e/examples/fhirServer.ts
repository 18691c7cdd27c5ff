import { startListener, type Listener } from './listener';

interface Entry {
	resource: { resourceType: string; id: string };
	request: { method: string; url: string };
}

/** A FHIR server that knows one thing: transactions of PUT (FHIR R4, 3.1.0.11). */
export interface SmallFhirServer {
	url: string;
	/** What is stored, by `Type/id`. */
	stored: Map<string, object>;
	/** What was stored with a reference to something that was not there yet, by `Type/id`. */
	dangling: string[];
	/** How often a resource was stored with another content than it had. */
	changes(): number;
	/** Refuses Bundles that hold a resource for which this is true. */
	refuse(when: (resource: { resourceType: string; id: string }) => boolean): void;
	close(): Promise<void>;
}

/** Starts the server. */
export async function startFhirServer(): Promise<SmallFhirServer> {
	const stored = new Map<string, object>();
	const dangling: string[] = [];
	let changes = 0;
	let refused: (resource: { resourceType: string; id: string }) => boolean = () => false;
	const listener: Listener = await startListener(({ body, headers }) => {
		const bundle = JSON.parse(body) as { resourceType?: string; type?: string; entry: Entry[] };
		const isBundle = bundle.resourceType === 'Bundle' && bundle.type === 'transaction';
		if (!isBundle || !headers['content-type']?.startsWith('application/fhir+json')) return { status: 400 };
		const urls = bundle.entry.map(({ request }) => request.url);
		const fits = bundle.entry.every(
			({ resource, request }) =>
				request.method === 'PUT' && request.url === `${resource.resourceType}/${resource.id}`,
		);
		if (!fits || new Set(urls).size < urls.length) return { status: 400 };
		const known = (reference: string) => stored.has(reference) || urls.includes(reference);
		if (bundle.entry.some(({ resource }) => refused(resource))) return { status: 422 };
		for (const { resource, request } of bundle.entry) {
			if (!referencesIn(resource).every(known)) dangling.push(request.url);
			const before = stored.get(request.url);
			if (before !== undefined && contentOf(before) !== contentOf(resource)) changes += 1;
			stored.set(request.url, resource);
		}
		const entry = bundle.entry.map(() => ({ response: { status: '200' } }));
		return { status: 200, body: { resourceType: 'Bundle', type: 'transaction-response', entry } };
	});
	return {
		url: listener.url,
		stored,
		dangling,
		changes: () => changes,
		refuse: (when) => (refused = when),
		close: listener.close,
	};
}

/** A resource without its meta, whose tags name the export that brought it last. */
function contentOf(resource: object): string {
	const { meta, ...content } = resource as { meta?: object };
	void meta;
	return JSON.stringify(content);
}

/** Every literal reference in a resource. */
function referencesIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'reference' && typeof inner === 'string' ? [inner] : referencesIn(inner),
	);
}
