/** A block of a PEM text (RFC 7468), as OpenSSL reads it. */
export interface PemBlock {
	/** E.g. `CERTIFICATE`. */
	label: string;
	pem: string;
}

/** A certificate and its key with all intermediates are less than this. */
const MAX_CHARS = 1_000_000;
/** The body ends at the next five dashes; the headers of an old encrypted key have single ones. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[^-]|-(?!----))*)-----END \1-----/g;
/** Headers of an encrypted key in the format of OpenSSL before 1.0 (RFC 1421). The cipher tells how long its IV is. */
const OLD_ENCRYPTION =
	/^\s*Proc-Type:\s*4,\s*ENCRYPTED\s*DEK-Info:\s*(AES-\d{3}-CBC,[0-9A-F]{32}|DES(?:-EDE3)?-CBC,[0-9A-F]{16})/i;

/**
 * All blocks of a PEM text, whatever stands between them. Line breaks that a form field or a JSON text has taken out, or
 * written as `\n`, are put back.
 */
export function pemBlocks(text: string): PemBlock[] {
	return [...text.slice(0, MAX_CHARS).matchAll(BLOCK)].map(([, label, content]) => {
		const body = content.replace(/\\[rn]/g, '\n');
		const [header = '', encryption] = OLD_ENCRYPTION.exec(body) ?? [];
		const lines =
			body
				.slice(header.length)
				.replace(/\s/g, '')
				.match(/.{1,64}/g) ?? [];
		const headers = encryption === undefined ? [] : ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${encryption}`, ''];
		return {
			label,
			pem: [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`, ''].join('\n'),
		};
	});
}
