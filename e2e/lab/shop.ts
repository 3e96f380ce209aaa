// A shop on one node, `worker-1`, and a router on loopback that is to know of it: what tests of the way to the API server
// have in common.

import { endpoints, localLoadBalancer, type Manifest } from './cluster.ts';
import { LOOPBACK_PEER, type LoopbackLab, loopbackNode } from './loopback.ts';

/** Announces its addresses to the router. */
export const SHOP_POLICY = `
range vips load-balancer-ip 198.51.100.0/24
peer tor { address 127.0.0.101 port PORT as 64601 ${LOOPBACK_PEER} }
`;
/** The route of `shop/cart`, which is there from the start. */
export const CART = '198.51.100.1/32';
/** The route of `shop/web`, likewise. */
export const WEB = '198.51.100.2/32';
/** The route of `shop/new`, which a test may add. */
export const NEW = '198.51.100.3/32';
/** The nodes that announce what the shop has. */
export const HERE = ['worker-1'];

/** A Service of the shop and its endpoint. */
export function shop(name: string, ip: string): readonly Manifest[] {
  return [localLoadBalancer(`shop/${name}`, [ip]), endpoints(`shop/${name}`, HERE)];
}

/** The node and the two services that are there from the start. */
export function openShop(): readonly Manifest[] {
  return [loopbackNode('worker-1', {}, 0), ...shop('cart', '198.51.100.1'), ...shop('web', '198.51.100.2')];
}

/** How many UPDATEs the router has received from the node. */
export async function updatesFromShop(lab: LoopbackLab): Promise<number> {
  return (await lab.router().updatesReceived()).get('worker_1') ?? 0;
}
