import { type ReceivedRequest, received } from "../../emulator/server/http.js";
import { withServer } from "./stub-server.js";

/** The one request that is sent, byte for byte; it is answered with what the client takes for a success. */
export async function recorded(answer: string, send: (url: URL) => Promise<unknown>): Promise<ReceivedRequest> {
  const requests: ReceivedRequest[] = [];
  await withServer(
    (message, response) => {
      void received(message).then((request) => {
        if (request !== undefined) requests.push(request);
        response.writeHead(200, { "Content-Type": "application/json" }).end(answer);
      });
    },
    async (url) => {
      await send(url);
    },
  );
  const [request] = requests;
  if (request === undefined || requests.length > 1) throw new Error(`${requests.length} requests instead of one`);
  return request;
}
