/** The check of a host: each rule against a host made up for it, and all probes against the real one. */
package org.understudy.server.doctor;
