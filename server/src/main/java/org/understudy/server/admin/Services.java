package org.understudy.server.admin;

import org.understudy.server.work.WorkDesk;

/** What routes work with. */
record Services(AdminSetup setup, WorkDesk desk, RequestReader reader, RequestRules rules, Gate gate) {}
