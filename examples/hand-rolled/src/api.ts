import type { Cluster } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';

/** An axios instance for the API server. The agent puts the token of now into each request, and trusts the CA of now. */
export function createApi(cluster: Cluster): AxiosInstance {
  const api = axios.create({
    baseURL: cluster.origin,
    httpsAgent: createAgent(cluster),
    // Requests to the API server do not go by HTTPS_PROXY.
    proxy: false,
  });
  // The agent learns of a 401 and has a better token for the next request, but an agent cannot send a request again.
  api.interceptors.response.use(undefined, (error: unknown) => {
    const refused = isAxiosError(error) && error.response?.status === 401 && error.config;
    if (!refused) throw error;
    return axios.request({ ...refused, httpsAgent: api.defaults.httpsAgent });
  });
  return api;
}

/** The names of the pods in a namespace. */
export async function listPods(api: AxiosInstance, namespace: string): Promise<string[]> {
  const { data } = await api.get<PodList>(`/api/v1/namespaces/${namespace}/pods`);
  return data.items.map(({ metadata }) => metadata.name);
}

interface PodList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}
