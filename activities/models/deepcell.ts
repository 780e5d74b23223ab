import { FoveaError } from '../../core/errors.ts';

/** Where the DeepCell portal hands out addresses of its assets. */
const PORTAL = 'https://users.deepcell.org/api/getData/';
export const DEEPCELL_TOKEN = 'DEEPCELL_ACCESS_TOKEN';

const refused = (message: string, retryable = false): FoveaError =>
  new FoveaError('TOOL_FAILED', message, { retryable });

/**
 * The address from which an asset of the DeepCell portal can be downloaded for a while. The token goes to the portal only and
 * appears in no message. Throws LICENCE without a token, TOOL_FAILED for what the portal says.
 */
export async function deepcellAddress(key: string, token: string | undefined, portal = PORTAL): Promise<string> {
  if (token === undefined || token === '') {
    throw new FoveaError(
      'LICENCE',
      `the DeepCell portal wants to know who downloads: register at users.deepcell.org, then set ${DEEPCELL_TOKEN} to your ` +
        'token and type the command again',
    );
  }
  let response: Response;
  try {
    response = await fetch(portal, {
      method: 'POST',
      headers: { 'x-api-key': token },
      body: new URLSearchParams({ s3_key: key }),
      redirect: 'error',
    });
  } catch (err) {
    const cause = (err as { cause?: { code?: string } }).cause;
    throw refused(`the DeepCell portal cannot be reached (${cause?.code ?? 'no answer'}); check the network`, true);
  }
  if (response.status === 403 || response.status === 401) {
    throw refused(
      `the DeepCell portal does not take the token in ${DEEPCELL_TOKEN}; get a new one at users.deepcell.org`,
    );
  }
  if (response.status === 404)
    throw refused(`the DeepCell portal has no asset ${key}; look for its new key in its documentation`);
  if (!response.ok)
    throw refused(`the DeepCell portal answered ${response.status}; try again later`, response.status >= 500);
  const answer = (await response.json().catch(() => null)) as { url?: unknown } | null;
  if (typeof answer?.url !== 'string')
    throw refused('the DeepCell portal gave no address; its protocol may have changed');
  return answer.url;
}
