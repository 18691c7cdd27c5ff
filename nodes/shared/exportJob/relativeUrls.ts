import { tryParseUrl } from '../http/addresses';

interface Addressed {
	url: string;
	continuesInFile?: string;
}

/** The addresses of a manifest. */
interface Addresses {
	files: Addressed[];
	deletedFiles: Addressed[];
	errorFiles: Addressed[];
	nextPage?: string;
}

/** A reference without a scheme. A name without a slash is taken for none. */
const RELATIVE = /^(?![A-Za-z][A-Za-z0-9+.-]*:)[^/]*\//;

/** An absolute address; as it is where it is one already, or there is nothing to resolve it against. */
function absolute(url: string, base: string | undefined): string {
	return RELATIVE.test(url) ? (tryParseUrl(url, base)?.href ?? url) : url;
}

/**
 * A manifest whose relative addresses are resolved against the address it came from (RFC 3986 section 5.1.3). Bulk Data asks for absolute
 * ones; some servers send relative ones all the same.
 * @param base undefined if it is not known
 */
export function withAbsoluteUrls<T extends Addresses>(manifest: T, base: string | undefined): T {
	const withUrl = (file: Addressed): Addressed => {
		const { url, continuesInFile: next } = file;
		const changed = { ...file, url: absolute(url, base) };
		return next === undefined ? changed : { ...changed, continuesInFile: absolute(next, base) };
	};
	// A page without a usable address stays one.
	const nextPage = manifest.nextPage && absolute(manifest.nextPage, base);
	return {
		...manifest,
		files: manifest.files.map(withUrl),
		deletedFiles: manifest.deletedFiles.map(withUrl),
		errorFiles: manifest.errorFiles.map(withUrl),
		nextPage,
	};
}
