/** A ViewDefinition in `views/`: shareable and tabular (SQL on FHIR v2), as far as this package reads it itself. */
export interface ShippedView {
	url: string;
	name: string;
	title: string;
	/** Type of its resources. */
	resource: string;
	description: string;
	constant?: Array<{ name: string; valueUri: string }>;
	select: ViewSelect[];
	where?: Array<{ path: string; description?: string }>;
}

interface ViewSelect {
	forEach?: string;
	forEachOrNull?: string;
	column?: ViewColumn[];
	unionAll?: ViewSelect[];
}

interface ViewColumn {
	name: string;
	path: string;
	/** FHIR type of the values that the path finds. */
	type: string;
	description: string;
	tag?: Array<{ name: string; value: string }>;
}

/**
 * The columns of a view in their order. `isWholeDay`: they are dates of the database (tag `ansi/type`), though the element may have a time
 * or be partial; its FHIR type is a dateTime then.
 */
export function viewColumns({ select }: ShippedView): Array<ViewColumn & { isWholeDay: boolean }> {
	return select.flatMap(columnsOf).map((column) => ({
		...column,
		isWholeDay: column.tag?.some(({ name, value }) => name === 'ansi/type' && value === 'DATE') ?? false,
	}));
}

/** The branches of a union have the same columns, and the first one describes them. */
function columnsOf({ column = [], unionAll = [] }: ViewSelect): ViewColumn[] {
	return [...column, ...unionAll.slice(0, 1).flatMap(columnsOf)];
}

/** The address that a view has as a constant, for code that reads the same elements. Throws an Error if it has none of that name. */
export function addressIn({ name, constant = [] }: ShippedView, wanted: string): string {
	const found = constant.find((each) => each.name === wanted);
	if (!found) throw new Error(`The view ${name} has no constant ${wanted}.`);
	return found.valueUri;
}
