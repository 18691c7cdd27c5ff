/** Where in a ViewDefinition something is wrong. */
export interface ViewPlace {
	/** Name of the view. */
	view: string;
	/** Name of the column. */
	column?: string;
	/** FHIRPath expression as written in the view. */
	path?: string;
}

/** Makes the error for what is wrong at one place of a view. @param reason what is wrong and what to do: never a value of a resource */
export type Fail = (reason: string) => ViewError;

/** A path can be as long as a page. */
const SHOWN_PATH_LETTERS = 300;

/**
 * A view that is no ViewDefinition or leaves the subset that is supported (`compileView`), or a resource that a view does not fit
 * (`CompiledView.rows`). Says which view, column and path; never a value of a resource.
 */
export class ViewError extends Error {
	readonly view: string;
	readonly column?: string;
	readonly path?: string;

	constructor(
		{ view, column, path }: ViewPlace,
		/** What is wrong and what to do, without the place. */
		readonly reason: string,
	) {
		super(
			[
				view === '' ? 'View' : `View ${view}`,
				...(column === undefined ? [] : [`column ${column}`]),
				...(path === undefined ? [] : [`path "${shorten(path)}"`]),
			].join(', ') + `: ${reason}`,
		);
		this.name = 'ViewError';
		this.view = view;
		this.column = column;
		this.path = path;
	}
}

/** Makes the errors of one place. */
export function failAt(place: ViewPlace): Fail {
	return (reason) => new ViewError(place, reason);
}

function shorten(path: string): string {
	return path.length > SHOWN_PATH_LETTERS ? `${path.slice(0, SHOWN_PATH_LETTERS)}…` : path;
}
